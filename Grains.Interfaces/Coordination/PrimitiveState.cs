namespace OrleansAsync.Coordination;

/// <summary>What of a primitive is stored. Each that needs it has a record of its own.</summary>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitiveState)]
internal abstract record PrimitiveState;
