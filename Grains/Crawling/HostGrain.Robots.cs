using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

internal sealed partial class HostGrain
{
    private const int RobotsBytes = 500 * 1024;
    private const int RobotsRedirects = 5;
    private static readonly TimeSpan RobotsWait = TimeSpan.FromSeconds(10);

    // RFC 9309 allows a day; a failure may be over sooner.
    private static readonly TimeSpan RobotsLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan RobotsFailureLife = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Origin, PrivateNetworks Permitted), (Task<RobotsAnswer> Answer, DateTimeOffset? Expires)> _robots = [];

    public async Task<RobotsAnswer?> GetRobotsAsync(RobotsRequest request)
    {
        var key = (request.Origin, request.Permitted);
        if (!_robots.TryGetValue(key, out var entry) || entry.Expires < time.GetUtcNow()) _robots[key] = entry = (LoadRobotsAsync(request), null);
        try
        {
            var answer = await entry.Answer.WaitAsync(RobotsWait, time);
            if (_robots.TryGetValue(key, out var current) && current.Answer == entry.Answer && current.Expires is null)
                _robots[key] = (entry.Answer, time.GetUtcNow() + (answer.Kind is RobotsKind.Rules or RobotsKind.AllowAll ? RobotsLife : RobotsFailureLife));
            return answer;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task<RobotsAnswer> LoadRobotsAsync(RobotsRequest request)
    {
        var fetch = new FetchRequest
        {
            Url = CrawlUrl.Parse(request.Origin + "/robots.txt"),
            UserAgent = request.UserAgent,
            Timeout = request.Timeout,
            MaxBodyBytes = RobotsBytes,
            MaxRedirects = RobotsRedirects,
            Permitted = request.Permitted,
            Parse = false,
            KeepBody = true,
        };
        for (var attempt = 1; ; attempt++)
        {
            var page = await fetcher.FetchAsync(fetch, CancellationToken.None);
            // The request counts as one: the next has to keep its distance.
            var next = time.GetUtcNow() + _interval;
            if (next > _nextStart) _nextStart = next;
            if (!page.Transient || attempt > request.Retries) return Read(page, attempt);
            await Task.Delay(RetryPolicy.Wait(attempt, page.RetryAfter) ?? RetryPolicy.LongestWait, time);
        }
    }

    private static RobotsAnswer Read(FetchedPage page, int attempts)
    {
        var (kind, error) = page switch
        {
            { Status: >= 200 and < 300, Outcome: PageOutcome.Success } => (RobotsKind.Rules, null),
            // Whatever of a file too large came up to the limit counts.
            { Status: >= 200 and < 300, Body.Length: >= RobotsBytes } => (RobotsKind.Rules, null),
            // Redirects that lead nowhere are no rules either.
            { Status: >= 300 and < 500 } => (RobotsKind.AllowAll, null),
            { Status: not null, Outcome: not PageOutcome.Timeout } => (RobotsKind.DisallowAll, page.Error),
            { Outcome: PageOutcome.Timeout } => (RobotsKind.TimedOut, page.Error),
            _ => (RobotsKind.Unreachable, page.Error),
        };
        return new RobotsAnswer(kind, kind == RobotsKind.Rules ? [.. page.Body.Span] : ImmutableArray<byte>.Empty, error, attempts);
    }
}
