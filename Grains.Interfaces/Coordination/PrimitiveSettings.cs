namespace OrleansAsync.Coordination;

/// <summary>What a primitive is, and how it was made: whoever uses a name first decides, and all others must mean the same.</summary>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitiveSettings)]
internal abstract record PrimitiveSettings
{
    /// <summary>The kind, as people are shown it: <c>lock</c>, <c>queue</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Makes the primitive's rules, in its first state.</summary>
    public abstract PrimitiveCore CreateCore();

    /// <summary>What differs from one to another, in words: <c>a semaphore with 3 permits</c>.</summary>
    public abstract string Describe();
}
