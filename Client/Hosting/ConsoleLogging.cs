using Microsoft.Extensions.Logging.Console;

namespace OrleansAsync.Hosting;

/// <summary>Logs on stderr, one line each, as quiet as <c>--verbosity</c> says. Used by both programs.</summary>
internal static class ConsoleLogging
{
    /// <summary>Adds the console, and the levels for the verbosity.</summary>
    /// <param name="logging">The logging to configure.</param>
    /// <param name="verbosity">How much is logged.</param>
    /// <returns>The same.</returns>
    public static ILoggingBuilder AddStderr(this ILoggingBuilder logging, Verbosity verbosity)
    {
        var full = verbosity == Verbosity.Debug;
        logging.AddConsole(options => (options.FormatterName, options.LogToStandardErrorThreshold) = (LineFormatter.FormatterName, LogLevel.Trace));
        logging.Services.AddSingleton<ConsoleFormatter>(new LineFormatter(full));
        if (full)
            return logging.SetMinimumLevel(LogLevel.Information).AddFilter("OrleansAsync", LogLevel.Debug).AddFilter("Orleans.Runtime.SiloOptionsLogger", LogLevel.Warning);
        logging.SetMinimumLevel(verbosity == Verbosity.Quiet ? LogLevel.Error : LogLevel.Warning);
        // Warnings that mean nothing: the watchdog's first round counts from the machine's boot; each retry inside Orleans is one of Polly's.
        return logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error).AddFilter("Polly", LogLevel.Error);
    }
}
