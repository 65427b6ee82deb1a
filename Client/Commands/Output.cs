using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary>
/// Where a command writes: results to stdout, everything else to stderr. Make it before the session, which may redirect
/// <see cref="Console.Out"/> for the console exporter of telemetry.
/// </summary>
/// <param name="format">What stdout holds.</param>
/// <param name="verbosity">How much is said on stderr.</param>
internal sealed class Output(OutputFormat format, Verbosity verbosity)
{
    private readonly TextWriter _stdout = Console.Out;

    /// <summary>Gets the naming of every JSON the programs write: snake_case, enums by name, no escapes beyond what JSON needs.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Gets whether stdout holds JSON.</summary>
    public bool IsJson => format == OutputFormat.Json;

    /// <summary>Gets whether a live view may be drawn: stderr is a terminal and the user did not ask for quiet.</summary>
    public bool IsLive => !Console.IsErrorRedirected && verbosity != Verbosity.Quiet;

    /// <summary>Writes a result: as one line of JSON, or as text.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="result">The result, written with <see cref="Json"/>.</param>
    /// <param name="text">Gives its text.</param>
    public void Result<T>(T result, Func<T, string> text) => _stdout.WriteLine(IsJson ? JsonSerializer.Serialize(result, Json) : text(result));

    /// <summary>Writes a result whose JSON is written by generated code, for results that come by the thousand.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="result">The result.</param>
    /// <param name="type">How to write it as JSON.</param>
    /// <param name="text">Gives its text.</param>
    public void Result<T>(T result, JsonTypeInfo<T> type, Func<T, string> text) => _stdout.WriteLine(IsJson ? JsonSerializer.Serialize(result, type) : text(result));

    /// <summary>Says something on stderr, such as progress; not with <c>--verbosity quiet</c>.</summary>
    /// <param name="line">One line.</param>
    public void Say(string line)
    {
        if (verbosity != Verbosity.Quiet)
            Console.Error.WriteLine(line);
    }
}
