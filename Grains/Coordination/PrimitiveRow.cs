using System.Collections.Immutable;

namespace OrleansAsync.Coordination;

/// <summary>A primitive as it is stored.</summary>
/// <param name="Epoch">The activation that had it last.</param>
/// <param name="Settings">What it is; null once it was deleted.</param>
/// <param name="State">What its core saved; null as long as it is as it was made.</param>
/// <param name="Sessions">Who had it when that activation left; null if it has not left, or was lost.</param>
internal sealed record PrimitiveRow(long Epoch, byte[]? Settings, byte[]? State, ImmutableArray<string>? Sessions);
