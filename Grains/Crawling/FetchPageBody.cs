using OrleansAsync.Execution;

namespace OrleansAsync.Crawling;

/// <summary>Runs a <see cref="FetchPage"/> on an event loop.</summary>
internal sealed class FetchPageBody(PageVisitor visitor) : CoroutineBody<FetchPage, PageFetch>
{
    protected override Task<PageFetch> RunAsync(FetchPage coroutine, IClusterLoop loop) => visitor.VisitAsync(coroutine, loop.CancellationToken);
}
