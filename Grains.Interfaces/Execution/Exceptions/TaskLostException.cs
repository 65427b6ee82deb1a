namespace OrleansAsync;

/// <summary>The silo that ran a task was lost, and the task may not be started again: it has <see cref="Execution.OnLoss.Fail"/>, or was restarted too often.</summary>
[GenerateSerializer, Alias(Aliases.TaskLostException)]
public sealed class TaskLostException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public TaskLostException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    public TaskLostException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public TaskLostException(string message, Exception? innerException) : base(message, innerException) { }
}
