namespace OrleansAsync.Coordination;

/// <summary>The names of what coordination sends and stores. Never rename one, never give one to something else.</summary>
internal static class CoordinationAliases
{
    public const string AnswerKind = "oa.primitive-answer-kind";
    public const string PrimitiveState = "oa.primitive-state";
}
