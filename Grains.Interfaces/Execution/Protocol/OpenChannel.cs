namespace OrleansAsync.Execution.Protocol;

/// <summary>Opens the channel of a sender to a loop, or renews it.</summary>
/// <param name="Sender">Who sends: one process or one loop activation.</param>
/// <param name="IsLoop">Whether the sender is a loop: children of admitted tasks are always admitted.</param>
[GenerateSerializer, Immutable, Alias(Aliases.OpenChannel)]
internal sealed record OpenChannel([property: Id(0)] string Sender, [property: Id(1)] bool IsLoop);

/// <summary>The answer to <see cref="OpenChannel"/>.</summary>
/// <param name="Status"><see cref="ChannelStatus.Ok"/> or <see cref="ChannelStatus.Expired"/>.</param>
/// <param name="Incarnation">Which activation of the loop this is. Every later message names it.</param>
/// <param name="Window">How many live tasks the channel may have; <see langword="null"/> is unlimited.</param>
/// <param name="Lease">How long the sender may be silent.</param>
[GenerateSerializer, Immutable, Alias(Aliases.ChannelOpened)]
internal sealed record ChannelOpened(
    [property: Id(0)] ChannelStatus Status,
    [property: Id(1)] string Incarnation,
    [property: Id(2)] int? Window,
    [property: Id(3)] TimeSpan Lease);
