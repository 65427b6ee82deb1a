using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>The robots.txt of an origin, or why there is none.</summary>
/// <param name="Kind">What came of it.</param>
/// <param name="Text">The file, if there are rules.</param>
/// <param name="Error">What went wrong, in one line.</param>
/// <param name="Attempts">How often it was asked for.</param>
/// <param name="RetryIn">Ask again after this time: the failure may pass. <see langword="null"/>: the answer stands.</param>
/// <param name="KeepFor">How long the answer stands.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.RobotsAnswer)]
public sealed record RobotsAnswer(
    [property: Id(0)] RobotsKind Kind,
    [property: Id(1)] ImmutableArray<byte> Text,
    [property: Id(2)] string? Error,
    [property: Id(3)] int Attempts,
    [property: Id(4)] TimeSpan? RetryIn,
    [property: Id(5)] TimeSpan KeepFor);
