using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>The robots.txt files of one host, kept as long as RFC 9309 (section 2.4) allows: a day, or shorter if the server says so.</summary>
internal sealed class RobotsCache(Func<RobotsRequest, Task<FetchedPage>> fetch, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // A server that forbids keeping it must not be asked before every page; and a failure may be over in a minute.
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    // The wait happens inside a grain call.
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Origin, PrivateNetworks Permitted), Entry> _entries = [];

    /// <summary>Gives the file of an origin, fetched if need be; null while it is on its way.</summary>
    public async Task<RobotsAnswer?> GetAsync(RobotsRequest request)
    {
        var key = (request.Origin, request.Permitted);
        if (!_entries.TryGetValue(key, out var entry) || entry.Expires <= time.GetUtcNow())
        {
            _entries[key] = entry = new Entry { Attempt = entry?.NextAttempt ?? 1, File = entry?.File };
            entry.Answer = LoadAsync(request, entry);
        }

        try
        {
            var answer = await entry.Answer.WaitAsync(LongestCall, time);
            var left = entry.Expires!.Value - time.GetUtcNow();
            if (left < TimeSpan.Zero) left = TimeSpan.Zero;
            return answer with { KeepFor = left, RetryIn = answer.RetryIn is null ? null : left };
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Makes one attempt. Who asks waits for the next without holding a slot.</summary>
    private async Task<RobotsAnswer> LoadAsync(RobotsRequest request, Entry entry)
    {
        var page = await fetch(request);
        var kind = RobotsFile.Read(page);
        var wait = page.Transient && entry.Attempt <= request.Retries ? RetryPolicy.Wait(entry.Attempt, page.RetryAfter) : null;
        if (wait is not null) entry.NextAttempt = entry.Attempt + 1;
        var error = kind is RobotsKind.Rules or RobotsKind.AllowAll ? null : page.Error;
        var answer = new RobotsAnswer(kind, kind == RobotsKind.Rules ? [.. page.Body.Span] : ImmutableArray<byte>.Empty, error, entry.Attempt, wait, TimeSpan.Zero);
        if (kind == RobotsKind.Rules) entry.File = answer;
        var passes = page.Transient || error is not null;
        entry.Expires = time.GetUtcNow() + (wait ?? (passes ? Shortest : Clamp(page.MaxAge ?? Longest)));
        // While the file cannot be had, its last version may be used beyond its day.
        return wait is null && error is not null && entry.File is { } file ? file : answer;
    }

    private static TimeSpan Clamp(TimeSpan life) => life < Shortest ? Shortest : life > Longest ? Longest : life;

    private sealed class Entry
    {
        public Task<RobotsAnswer> Answer { get; set; } = null!;

        /// <summary>Not set while the answer is on its way.</summary>
        public DateTimeOffset? Expires { get; set; }

        public required int Attempt { get; init; }

        public int NextAttempt { get; set; } = 1;

        /// <summary>The file as it was when it could last be had.</summary>
        public RobotsAnswer? File { get; set; }
    }
}
