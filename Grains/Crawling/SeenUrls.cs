namespace OrleansAsync.Crawling;

/// <summary>The URLs met last and the smallest depth each was met at: spares most questions to the store.</summary>
/// <param name="capacity">How many are kept at least; twice as many at most.</param>
internal sealed class SeenUrls(int capacity) : Recent<UrlHash, int>(capacity);
