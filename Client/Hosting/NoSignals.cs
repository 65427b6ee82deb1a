namespace OrleansAsync.Hosting;

/// <summary>Keeps a host from handling signals, which <see cref="ConsoleProgram"/> does for the whole process. Used by both programs.</summary>
internal sealed class NoSignals : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
