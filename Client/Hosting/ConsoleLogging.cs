using Microsoft.Extensions.Logging.Console;

namespace OrleansAsync.Hosting;

/// <summary>Logs on stderr, one line each, as quiet as <c>--verbosity</c> says. Used by both programs.</summary>
internal static class ConsoleLogging
{
    /// <summary>Adds the console, and the levels for the verbosity.</summary>
    /// <param name="logging">The logging to configure.</param>
    /// <param name="verbosity">How much is logged.</param>
    /// <param name="orleans">
    /// The least level of Orleans' own entries, unless everything is shown. A client learns of failures by exceptions, so there they are noise.
    /// </param>
    /// <returns>The same.</returns>
    public static ILoggingBuilder AddStderr(this ILoggingBuilder logging, Verbosity verbosity, LogLevel orleans)
    {
        var full = verbosity == Verbosity.Debug;
        logging.AddConsole(options => (options.FormatterName, options.LogToStandardErrorThreshold) = (LineFormatter.FormatterName, LogLevel.Trace));
        logging.Services.AddSingleton<ConsoleFormatter>(new LineFormatter(full));
        if (full)
            return logging.SetMinimumLevel(LogLevel.Information).AddFilter("OrleansAsync", LogLevel.Debug).AddFilter("Orleans.Runtime.SiloOptionsLogger", LogLevel.Warning);
        logging.SetMinimumLevel(verbosity == Verbosity.Quiet ? LogLevel.Error : LogLevel.Warning);
        // What means nothing: the watchdog's first round counts from the machine's boot; each retry inside Orleans is an entry of Polly's;
        // a host that cannot start throws as well as it logs.
        return logging.AddFilter("Orleans", verbosity == Verbosity.Quiet && orleans < LogLevel.Error ? LogLevel.Error : orleans)
            .AddFilter("OrleansAsync", verbosity == Verbosity.Quiet ? LogLevel.Error : LogLevel.Warning)
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
            .AddFilter("Polly", LogLevel.Error)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    }
}
