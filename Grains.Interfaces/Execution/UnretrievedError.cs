using Microsoft.Extensions.Logging;

namespace OrleansAsync.Execution;

/// <summary>
/// The exception of a failed task until somebody looks at it. If nobody ever can, because the handle is gone, it is logged: asyncio's "exception
/// was never retrieved". Only failed tasks pay for the finalizer.
/// </summary>
internal sealed partial class UnretrievedError(OwnedTask task, Exception exception)
{
    private readonly ILogger _logger = task.Owner.Tasks.Logger;
    private readonly string _task = task.Describe();

    ~UnretrievedError()
    {
        if (!Environment.HasShutdownStarted) LogNeverRetrieved(_logger, _task, exception);
    }

    public Exception Exception => exception;

    public Exception Retrieve()
    {
#pragma warning disable CA1816 // a finalizer that reports, not one that releases something
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
        return exception;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Task {Task} failed and its exception was never retrieved: await the task, or read its Exception.")]
    private static partial void LogNeverRetrieved(ILogger logger, string task, Exception exception);
}
