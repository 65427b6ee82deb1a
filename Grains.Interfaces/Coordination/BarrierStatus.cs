namespace OrleansAsync.Coordination;

/// <summary>How a barrier was when it was asked.</summary>
/// <param name="Waiting">How many wait: asyncio's <c>n_waiting</c>.</param>
/// <param name="IsBroken">Whether it is broken: asyncio's <c>broken</c>.</param>
public sealed record BarrierStatus(int Waiting, bool IsBroken);
