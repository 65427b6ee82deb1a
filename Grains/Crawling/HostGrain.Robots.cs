using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

internal sealed partial class HostGrain
{
    // One more than counts: so the parser sees that the last line may be cut.
    private const int RobotsBytes = (500 * 1024) + 1;
    private const int RobotsRedirects = 5;
    private static readonly TimeSpan RobotsWait = TimeSpan.FromSeconds(10);

    // RFC 9309 allows a day; a failure may be over sooner.
    private static readonly TimeSpan RobotsLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan RobotsFailureLife = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Origin, PrivateNetworks Permitted), RobotsEntry> _robots = [];

    public async Task<RobotsAnswer?> GetRobotsAsync(RobotsRequest request)
    {
        var key = (request.Origin, request.Permitted);
        if (!_robots.TryGetValue(key, out var entry) || entry.Expires <= time.GetUtcNow())
            _robots[key] = entry = new RobotsEntry(LoadRobotsAsync(request, entry?.NextAttempt ?? 1));
        try
        {
            var answer = await entry.Answer.WaitAsync(RobotsWait, time);
            if (entry.Expires is null)
            {
                entry.NextAttempt = answer.RetryIn is null ? 1 : answer.Attempts + 1;
                entry.Expires = time.GetUtcNow() + (answer.RetryIn ?? (answer.Kind is RobotsKind.Rules or RobotsKind.AllowAll ? RobotsLife : RobotsFailureLife));
            }

            return answer.RetryIn is null ? answer : answer with { RetryIn = Max(entry.Expires.Value - time.GetUtcNow(), TimeSpan.Zero) };
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Makes one attempt. Who asks waits for the next without holding a slot.</summary>
    private async Task<RobotsAnswer> LoadRobotsAsync(RobotsRequest request, int attempt)
    {
        var page = await fetcher.FetchAsync(
            new FetchRequest
            {
                Url = CrawlUrl.Parse(request.Origin + "/robots.txt"),
                UserAgent = request.UserAgent,
                Timeout = request.Timeout,
                MaxBodyBytes = RobotsBytes,
                MaxRedirects = RobotsRedirects,
                Permitted = request.Permitted,
                Parse = false,
                KeepBody = true,
            },
            CancellationToken.None);
        // The request counts as one: the next has to keep its distance.
        var next = time.GetUtcNow() + _interval;
        if (next > _nextStart) _nextStart = next;
        return Read(page, attempt, page.Transient && attempt <= request.Retries ? RetryPolicy.Wait(attempt, page.RetryAfter) : null);
    }

    private static RobotsAnswer Read(FetchedPage page, int attempts, TimeSpan? retryIn)
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
        return new RobotsAnswer(kind, kind == RobotsKind.Rules ? [.. page.Body.Span] : ImmutableArray<byte>.Empty, error, attempts, retryIn);
    }

    private sealed class RobotsEntry(Task<RobotsAnswer> answer)
    {
        public Task<RobotsAnswer> Answer => answer;

        /// <summary>Not set while the answer is on its way.</summary>
        public DateTimeOffset? Expires { get; set; }

        public int NextAttempt { get; set; } = 1;
    }
}
