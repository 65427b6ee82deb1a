namespace OrleansAsync.Coordination;

/// <summary>What a primitive answers.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Value">A number that belongs to it: a slot, an index, a count.</param>
/// <param name="Fence">The fencing number of a hold.</param>
/// <param name="Items">Items that belong to it.</param>
internal readonly record struct Answer(AnswerKind Kind, long Value = 0, long Fence = 0, IReadOnlyList<object>? Items = null);
