namespace OrleansAsync;

/// <summary>A task failed with an exception whose type this process does not know.</summary>
[GenerateSerializer, Alias(Aliases.RemoteTaskException)]
public sealed class RemoteTaskException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="remoteType">The full name of the exception's type.</param>
    /// <param name="remoteMessage">The exception's message.</param>
    /// <param name="innerException">Its inner exception.</param>
    public RemoteTaskException(string remoteType, string remoteMessage, Exception? innerException = null)
        : base($"{remoteType}: {remoteMessage}", innerException)
    {
        RemoteType = remoteType;
        RemoteMessage = remoteMessage;
    }

    /// <summary>Gets the full name of the exception's type.</summary>
    [Id(0)]
    public string RemoteType { get; }

    /// <summary>Gets the exception's message.</summary>
    [Id(1)]
    public string RemoteMessage { get; }
}
