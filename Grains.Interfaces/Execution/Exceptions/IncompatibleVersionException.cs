namespace OrleansAsync;

/// <summary>A silo and this program do not understand each other's messages: they are of versions too far apart.</summary>
[GenerateSerializer, Alias(Aliases.IncompatibleVersionException)]
public sealed class IncompatibleVersionException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public IncompatibleVersionException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    public IncompatibleVersionException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public IncompatibleVersionException(string message, Exception? innerException) : base(message, innerException) { }
}
