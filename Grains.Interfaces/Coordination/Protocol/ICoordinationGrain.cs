namespace OrleansAsync.Coordination.Protocol;

/// <summary>One semaphore, lock with its conditions, event or barrier.</summary>
[Alias(CoordinationAliases.CoordinationGrain), GrainInterfaceType(CoordinationAliases.CoordinationGrain)]
internal interface ICoordinationGrain : IPrimitiveGrain;
