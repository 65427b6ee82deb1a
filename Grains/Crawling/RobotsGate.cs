namespace OrleansAsync.Crawling;

/// <summary>What robots.txt means for the URLs of one origin.</summary>
internal sealed class RobotsGate
{
    public static readonly RobotsGate Open = new(RobotsRules.AllowAll, null, null, 0, "*");

    private readonly RobotsRules _rules;
    private readonly PageOutcome? _outcome;
    private readonly string? _error;
    private readonly string _agent;

    private RobotsGate(RobotsRules rules, PageOutcome? outcome, string? error, int attempts, string agent) =>
        (_rules, _outcome, _error, Attempts, _agent) = (rules, outcome, error, attempts, agent);

    /// <summary>How often the file was asked for in vain.</summary>
    public int Attempts { get; }

    /// <summary>The sitemaps the file names, as written.</summary>
    public IReadOnlyList<string> Sitemaps => _rules.Sitemaps;

    public TimeSpan? CrawlDelay => _rules.CrawlDelay(_agent);

    public static RobotsGate From(RobotsAnswer answer, string agent) => answer.Kind switch
    {
        RobotsKind.Rules => new(RobotsRules.Parse(answer.Text.AsSpan()), null, null, 0, agent),
        RobotsKind.AllowAll => Open,
        RobotsKind.DisallowAll => new(RobotsRules.AllowAll, PageOutcome.Disallowed, answer.Error, 0, agent),
        RobotsKind.TimedOut => new(RobotsRules.AllowAll, PageOutcome.Timeout, answer.Error, answer.Attempts, agent),
        _ => new(RobotsRules.AllowAll, PageOutcome.Error, answer.Error, answer.Attempts, agent),
    };

    /// <summary>Why a URL is not requested, and what its outcome is; null if it may be.</summary>
    public (PageOutcome Outcome, string Error)? Check(string href)
    {
        if (_outcome is { } outcome) return (outcome, $"robots.txt: {_error ?? "no answer"}");
        var verdict = _rules.Check(_agent, CrawlUrl.Parse(href).PathAndQuery);
        return verdict.Allowed ? null : (PageOutcome.Disallowed, verdict.Rule is { } rule ? $"robots.txt, line {verdict.Line}: {rule}" : "robots.txt");
    }
}
