using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansAsync.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text, Exception? Error)> _lines = [];

    public (LogLevel Level, string Text, Exception? Error)[] Containing(string text) => [.. _lines.Where(line => line.Text.Contains(text, StringComparison.Ordinal))];

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception), exception));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
}
