namespace OrleansAsync.Crawling;

/// <summary>What a robots.txt says to one robot, gathered from all groups that name it.</summary>
internal sealed class RobotsGroup
{
    private readonly List<Rule> _rules = [];

    private sealed record Rule(bool Allows, RobotsPattern Pattern, string Text, int Line);

    /// <summary>The longest pause asked for between requests, or null.</summary>
    public TimeSpan? CrawlDelay { get; private set; }

    /// <summary>Adds a rule.</summary>
    /// <param name="allows">Whether it is an Allow line.</param>
    /// <param name="pattern">Its path.</param>
    /// <param name="text">The line.</param>
    /// <param name="line">The line's number.</param>
    public void Add(bool allows, RobotsPattern pattern, string text, int line) => _rules.Add(new Rule(allows, pattern, text, line));

    /// <summary>Takes a crawl delay.</summary>
    /// <param name="delay">The pause.</param>
    public void Slow(TimeSpan delay) => CrawlDelay = CrawlDelay > delay ? CrawlDelay : delay;

    /// <summary>Orders the rules so that the first match decides: longest first, Allow before Disallow.</summary>
    public void Freeze() => _rules.Sort((a, b) =>
        a.Pattern.Length != b.Pattern.Length ? b.Pattern.Length.CompareTo(a.Pattern.Length)
        : a.Allows != b.Allows ? b.Allows.CompareTo(a.Allows)
        : a.Line.CompareTo(b.Line));

    /// <summary>Decides about a path.</summary>
    /// <param name="path">Path and query in normal form.</param>
    public RobotsVerdict Check(string path)
    {
        foreach (var rule in _rules)
        {
            if (rule.Pattern.Matches(path)) return new RobotsVerdict(rule.Allows, rule.Text, rule.Line);
        }
        return new RobotsVerdict(true);
    }
}
