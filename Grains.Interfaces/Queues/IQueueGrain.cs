using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Queues;

/// <summary>One queue.</summary>
[Alias(QueueAliases.QueueGrain), GrainInterfaceType(QueueAliases.QueueGrain)]
internal interface IQueueGrain : IPrimitiveGrain;
