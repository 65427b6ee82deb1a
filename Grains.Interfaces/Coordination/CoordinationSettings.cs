namespace OrleansAsync.Coordination;

/// <summary>A lock with its conditions.</summary>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.LockSettings)]
internal sealed record LockSettings : PrimitiveSettings
{
    public const string KindName = "lock";

    public override string Kind => KindName;

    public override PrimitiveCore CreateCore() => new LockCore();

    public override string Describe() => "a lock";
}

/// <summary>A semaphore. Bounded or not it is of one kind, so that no name is that of two.</summary>
/// <param name="Permits">How many there are at first.</param>
/// <param name="IsBounded">Whether there can never be more.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.SemaphoreSettings)]
internal sealed record SemaphoreSettings([property: Id(0)] int Permits, [property: Id(1)] bool IsBounded) : PrimitiveSettings
{
    public const string KindName = "semaphore";

    public override string Kind => KindName;

    public override PrimitiveCore CreateCore() => new SemaphoreCore(Permits, IsBounded);

    public override string Describe() => $"a {(IsBounded ? "bounded " : "")}semaphore with {Permits} {(Permits == 1 ? "permit" : "permits")}";
}

/// <summary>An event.</summary>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.EventSettings)]
internal sealed record EventSettings : PrimitiveSettings
{
    public const string KindName = "event";

    public override string Kind => KindName;

    public override PrimitiveCore CreateCore() => new EventCore();

    public override string Describe() => "an event";
}

/// <summary>A barrier.</summary>
/// <param name="Parties">How many it takes to open.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.BarrierSettings)]
internal sealed record BarrierSettings([property: Id(0)] int Parties) : PrimitiveSettings
{
    public const string KindName = "barrier";

    public override string Kind => KindName;

    public override PrimitiveCore CreateCore() => new BarrierCore(Parties);

    public override string Describe() => $"a barrier of {Parties} {(Parties == 1 ? "party" : "parties")}";
}
