using System.Net;

namespace OrleansAsync.Crawling;

/// <summary>
/// Fetches pages over pooled connections. One per process: it owns the connections. Whatever a server does comes back as a <see cref="FetchedPage"/>;
/// the only exception is <see cref="OperationCanceledException"/>, for the caller's own token.
/// </summary>
internal sealed class PageFetcher(TimeProvider timeProvider, IWebProxy? proxy = null) : IDisposable
{
    private readonly ConnectionPools _pools = new(timeProvider, proxy ?? HttpClient.DefaultProxy);

    public async Task<FetchedPage> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var attempt = new FetchAttempt(request, _pools, timeProvider, TaskScheduler.Current, cancellationToken);
        // The caller's scheduler is an event loop whose turns must stay short: decoding, hashing and parsing run on the pool.
        return await Task.Run(attempt.RunAsync, cancellationToken);
    }

    public void Dispose() => _pools.Dispose();
}
