namespace OrleansAsync.Execution;

/// <summary>What another capability keeps for an owner, and gives back with it.</summary>
internal interface IOwnerPart : IAsyncDisposable;
