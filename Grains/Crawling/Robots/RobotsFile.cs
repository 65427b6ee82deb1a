namespace OrleansAsync.Crawling;

/// <summary>Asks for a robots.txt, and says what the answer means (RFC 9309, section 2.3.1).</summary>
internal static class RobotsFile
{
    /// <summary>One more than counts: so the parser sees that the last line may be cut.</summary>
    public const int MaxBytes = (500 * 1024) + 1;
    private const int MaxRedirects = 5;

    public static FetchRequest Request(CrawlUrl url, string userAgent, TimeSpan timeout, PrivateNetworks permitted) => new()
    {
        Url = url,
        UserAgent = userAgent,
        Timeout = timeout,
        MaxBodyBytes = MaxBytes,
        MaxRedirects = MaxRedirects,
        Permitted = permitted,
        Parse = false,
        KeepBody = true,
    };

    public static RobotsKind Read(FetchedPage page) => page switch
    {
        { Status: >= 200 and < 300, Outcome: PageOutcome.Success } => RobotsKind.Rules,
        // Whatever of a file too large came up to the limit counts.
        { Status: >= 200 and < 300, Body.Length: >= MaxBytes } => RobotsKind.Rules,
        // Redirects that lead nowhere are no rules either.
        { Status: >= 300 and < 500 } => RobotsKind.AllowAll,
        { Status: not null, Outcome: not PageOutcome.Timeout } => RobotsKind.DisallowAll,
        { Outcome: PageOutcome.Timeout } => RobotsKind.TimedOut,
        _ => RobotsKind.Unreachable,
    };
}
