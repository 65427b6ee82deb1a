using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace OrleansAsync.Hosting;

/// <summary>Writes a log entry as one short line; exceptions in full only with <c>--verbosity debug</c>.</summary>
/// <param name="full">Whether nothing is left out.</param>
internal sealed class LineFormatter(bool full) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name by which the console logger finds this formatter.</summary>
    public const string FormatterName = "oa";

    private const int MaxLength = 300;

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var text = $"{Level(logEntry.LogLevel)}: {logEntry.Category}: {logEntry.Formatter(logEntry.State, logEntry.Exception)}";
        if (logEntry.Exception is { } exception)
            text += full ? $"{Environment.NewLine}{exception}" : $": {exception.GetType().Name}: {exception.Message}";
        if (!full)
        {
            text = text.ReplaceLineEndings(" ");
            if (text.Length > MaxLength)
                text = $"{text[..MaxLength]}…";
        }

        textWriter.WriteLine(text);
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
