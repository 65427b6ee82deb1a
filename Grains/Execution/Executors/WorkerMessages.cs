using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution.Executors;

/// <summary>Wire names of what a silo and its child processes say to each other; see <see cref="Aliases"/>.</summary>
internal static class WorkerAliases
{
    public const string Call = "oa.worker-call";
    public const string Reply = "oa.worker-reply";
}

/// <summary>Asks a child process to run a coroutine.</summary>
/// <param name="Body">The type of the body, with its assembly.</param>
/// <param name="Coroutine">The serialized coroutine: read apart, so that one that cannot be read is the failure of its call.</param>
[GenerateSerializer, Immutable, Alias(WorkerAliases.Call)]
internal sealed record WorkerCall([property: Id(0)] string Body, [property: Id(1)] byte[] Coroutine);

/// <summary>What became of a call.</summary>
/// <param name="Result">The serialized result, if it has one.</param>
/// <param name="Failure">What it threw, else.</param>
[GenerateSerializer, Immutable, Alias(WorkerAliases.Reply)]
internal sealed record WorkerReply([property: Id(0)] byte[]? Result, [property: Id(1)] TaskFailure? Failure);
