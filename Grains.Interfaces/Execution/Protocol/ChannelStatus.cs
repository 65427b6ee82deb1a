namespace OrleansAsync.Execution.Protocol;

/// <summary>How a loop answers a message of a channel.</summary>
[GenerateSerializer, Alias(Aliases.ChannelStatus)]
internal enum ChannelStatus
{
    /// <summary>Applied, now or when the same message came first.</summary>
    Ok,

    /// <summary>The message was meant for an activation that is gone: everything on the channel is lost there.</summary>
    WrongIncarnation,

    /// <summary>The owner was silent for longer than its lease; its tasks were cancelled.</summary>
    Expired,

    /// <summary>The batch would exceed the number of live tasks a channel may have; send it again later.</summary>
    WindowExceeded,

    /// <summary>The loop's silo is shutting down: it starts nothing more and hands back what it has. Its outcomes are still to be fetched.</summary>
    Leaving,
}
