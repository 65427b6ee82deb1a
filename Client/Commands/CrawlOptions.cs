using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary>The options of <c>oa crawl</c>, and what they say on a parsed command line.</summary>
internal sealed class CrawlOptions
{
    private const string Demo = "demo";

    private readonly Argument<string[]> _urls = new("URL") { Arity = ArgumentArity.ZeroOrMore, Description = "Where to begin, or 'demo'" };
    private readonly Option<string?> _urlsFile = new("--urls-file") { HelpName = "FILE|-", Description = "File with further URLs, one a line; - is stdin" };
    private readonly Option<string[]> _output = new("--output", "-o") { HelpName = "FILE.jsonl", Description = "File for the records, one JSON object a line; may be repeated" };
    private readonly Option<string?> _id = new("--id") { HelpName = "NAME", Description = "The crawl's id; one that exists goes on [default: a new one]" };
    private readonly Option<int?> _maxDepth = Int("--max-depth", 0, "How many links away from the given URLs; 0 fetches exactly these [default: no limit]");
    private readonly Option<long?> _maxPages = Number("--max-pages", 1, long.MaxValue, "How many pages are requested at most [default: no limit]");
    private readonly Option<TimeSpan?> _maxTime = DurationArgument.Option("--max-time", "How long the crawl may run [default: no limit]");
    private readonly Option<int?> _maxConcurrent = Int("--max-concurrent", 1, "Requests open at a time [default: 256]");
    private readonly Option<int?> _perHost = Int("--per-host", 1, "Requests open to one host [default: 2; private addresses: 8]");
    private readonly Option<TimeSpan?> _delay = DurationArgument.Option("--delay", "Time between the starts of two requests to one host [default: 1s; private addresses: 0s]");
    private readonly Option<TimeSpan?> _timeout = DurationArgument.Option("--timeout", "Time for one request, in total [default: 30s; demo: 3s]");
    private readonly Option<int?> _retries = Int("--retries", 0, "Further attempts after an error that may pass [default: 2]");
    private readonly Option<long?> _maxBody = Number("--max-body", 1, long.MaxValue, "Largest decoded body that is read, in bytes [default: 10485760]", "BYTES");
    private readonly Option<ScopeKind?> _scope = new("--scope")
    {
        HelpName = "host|domain|prefix|any",
        Description = "Which links are followed [default: host: same scheme, host and port]",
        CustomParser = static result =>
        {
            var text = result.Tokens[0].Value;
            if (Enum.TryParse<ScopeKind>(text, ignoreCase: true, out var scope) && scope.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) return scope;
            result.AddError($"'{text}' is no value of --scope; give host, domain, prefix or any");
            return null;
        },
    };

    private readonly Option<string[]> _include = new("--include") { HelpName = "REGEX", Description = "Follow only links that match; may be repeated" };
    private readonly Option<string[]> _exclude = new("--exclude") { HelpName = "REGEX", Description = "Do not follow links that match; may be repeated" };
    private readonly Option<string?> _userAgent = new("--user-agent") { HelpName = "TEXT", Description = $"Sent with every request; its first word is looked for in robots.txt [default: {CrawlSpecification.DefaultUserAgent}]" };
    private readonly Option<bool> _noRobots = new("--no-robots") { Description = "Do not ask for robots.txt" };
    private readonly Option<bool> _allowPrivate = new("--allow-private") { Description = "Let public pages lead to private addresses" };
    private readonly Option<string[]> _header = new("--header", "-H") { HelpName = "NAME: VALUE|@FILE", Description = "Further header, or a file of them, one a line; may be repeated" };

    private readonly Option<bool> _detach = new("--detach") { Description = "Leave the crawl to the silo processes, and return" };

    /// <summary>Adds them to the command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(_urls);
        foreach (var option in new Option[]
        {
            _urlsFile, _output, _id, _maxDepth, _maxPages, _maxTime, _maxConcurrent, _perHost, _delay, _timeout, _retries, _maxBody, _scope, _include, _exclude,
            _userAgent, _noRobots, _allowPrivate, _header, _detach,
        })
            command.Add(option);
    }

    /// <summary>Reads what is to be done.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <exception cref="ProgramException">The options do not make sense together, or a value is wrong.</exception>
    public CrawlRequest Read(ParseResult parsed)
    {
        ImmutableArray<string> urls = [.. parsed.GetValue(_urls) ?? []];
        if (urls.FirstOrDefault(static url => url.StartsWith('-')) is { } unknown) throw ProgramException.Input($"unknown option '{unknown}'; see oa crawl --help");
        var file = parsed.GetValue(_urlsFile);
        var isDemo = urls.Contains(Demo);
        if (isDemo && (urls.Length > 1 || file is not null)) throw ProgramException.Input("'demo' crawls the built-in site and takes no other URLs; leave out the rest");
        if (urls.IsEmpty && file is null) throw ProgramException.Input("nothing to crawl: give a URL, --urls-file FILE or 'demo'; see oa crawl --help");
        var id = parsed.GetValue(_id);
        if (id is not null && !CrawlKey.IsValid(id)) throw ProgramException.Input($"'{id}' cannot be the id of a crawl: give --id 1 to {CrawlKey.MaxLength} letters, digits, '-', '_' or '.'");
        var outputs = CheckFiles(parsed.GetValue(_output));
        if (isDemo && parsed.GetValue(_detach)) throw ProgramException.Input("'demo' serves its site from this process, which --detach would end; leave --detach out");
        return new CrawlRequest
        {
            Specification = Specification(parsed, isDemo),
            Urls = isDemo ? [] : urls,
            UrlsFile = file,
            Outputs = outputs,
            Id = id,
            IsDemo = isDemo,
            IsDetached = parsed.GetValue(_detach),
        };
    }

    /// <summary>Checks the names of files for records.</summary>
    /// <param name="files">The names.</param>
    /// <exception cref="ProgramException">Of what kind one is to be cannot be told.</exception>
    public static ImmutableArray<string> CheckFiles(string[]? files)
    {
        foreach (var file in files ?? [])
            if (!file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)) throw ProgramException.Input($"'{file}' is no kind of file that can be written: give -o a name that ends in .jsonl");
        return [.. files ?? []];
    }

    private CrawlSpecification Specification(ParseResult parsed, bool isDemo)
    {
        ImmutableArray<string> include = [.. parsed.GetValue(_include) ?? []], exclude = [.. parsed.GetValue(_exclude) ?? []];
        if (!CrawlScope.TryCreate(ScopeKind.Any, [], include, exclude, out _, out var reason)) throw ProgramException.Input(reason);
        var defaults = new CrawlSpecification();
        var userAgent = parsed.GetValue(_userAgent) ?? defaults.UserAgent;
        if (userAgent.Length == 0 || userAgent.Any(char.IsControl)) throw ProgramException.Input("--user-agent must be one line of text; give it a name by which servers know the crawler");
        return new CrawlSpecification
        {
            Scope = parsed.GetValue(_scope) ?? defaults.Scope,
            Include = include,
            Exclude = exclude,
            MaxDepth = parsed.GetValue(_maxDepth),
            MaxPages = parsed.GetValue(_maxPages),
            MaxTime = parsed.GetValue(_maxTime),
            MaxConcurrent = parsed.GetValue(_maxConcurrent) ?? defaults.MaxConcurrent,
            PerHost = parsed.GetValue(_perHost),
            Delay = parsed.GetValue(_delay),
            Timeout = Positive(parsed.GetValue(_timeout)) ?? (isDemo ? DemoSite.SuggestedTimeout : defaults.Timeout),
            Retries = parsed.GetValue(_retries) ?? defaults.Retries,
            MaxBodyBytes = parsed.GetValue(_maxBody) ?? defaults.MaxBodyBytes,
            UserAgent = userAgent,
            ObeyRobots = !parsed.GetValue(_noRobots),
            AllowPrivate = parsed.GetValue(_allowPrivate),
            Headers = [.. (parsed.GetValue(_header) ?? []).SelectMany(HeaderArgument.Read)],
        };
    }

    private static TimeSpan? Positive(TimeSpan? timeout) =>
        timeout == TimeSpan.Zero ? throw ProgramException.Input("--timeout 0 leaves no time for any request; give a longer one, such as 10s") : timeout;

    private static Option<int?> Int(string name, int least, string description)
    {
        var option = new Option<int?>(name) { HelpName = "N", Description = description };
        option.CustomParser = result => (int?)Parse(result, name, least, int.MaxValue);
        return option;
    }

    private static Option<long?> Number(string name, long least, long most, string description, string helpName = "N") =>
        new(name) { HelpName = helpName, Description = description, CustomParser = result => Parse(result, name, least, most) };

    private static long? Parse(System.CommandLine.Parsing.ArgumentResult result, string name, long least, long most)
    {
        var text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"'{text}' is no value of {name}; give a whole number from {least}"));
        return null;
    }
}
