using System.CommandLine;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary>The options every command has, and what they say on a parsed command line.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<ClusterTarget?> _cluster = new("--cluster", "-c")
    {
        HelpName = "embedded|local|@FILE",
        Description = $"Silos in this process, silo processes of this machine, or a cluster whose PostgreSQL connection string FILE or {ClusterTarget.Variable} holds [default: embedded]",
        CustomParser = result => Parse(result, ClusterTarget.TryParse, "is not a cluster; give embedded, local or @FILE"),
    };

    private readonly Option<int?> _silos = new("--silos")
    {
        HelpName = "N",
        Description = "Number of embedded silos, 1 to 64 [default: 2]",
        CustomParser = result => Parse(result, text => int.TryParse(text, out var n) && n is >= 1 and <= 64 ? n : (int?)null, "is not a number of silos; give one from 1 to 64"),
    };

    private readonly Option<string?> _data = new("--data")
    {
        HelpName = "DIR",
        Description = "Folder of the embedded and the local cluster's store [default: .orleansasync]",
    };

    private readonly Option<OutputFormat?> _format = Choice("--format", OutputFormat.Text, "What stdout holds", "-f");
    private readonly Option<TelemetryMode?> _telemetry = Choice("--telemetry", TelemetryMode.None, "Where traces and metrics go");
    private readonly Option<Verbosity?> _verbosity = Choice("--verbosity", Verbosity.Normal, "How much is said on stderr", "-v");

    /// <summary>Adds the options to the root, from which every command inherits them.</summary>
    /// <param name="root">The root command.</param>
    public void AddTo(Command root)
    {
        foreach (var option in new Option[] { _cluster, _silos, _data, _format, _telemetry, _verbosity })
        {
            option.Recursive = true;
            root.Add(option);
        }
    }

    /// <summary>Reads which cluster the user wants, and how.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <returns>What <see cref="ClusterSession.OpenAsync"/> takes.</returns>
    public SessionOptions Session(ParseResult parsed) => new()
    {
        Target = parsed.GetValue(_cluster) ?? ClusterTarget.Default,
        Silos = parsed.GetValue(_silos) ?? 2,
        DataFolder = parsed.GetValue(_data) ?? ".orleansasync",
        Telemetry = parsed.GetValue(_telemetry) ?? TelemetryMode.None,
        Verbosity = parsed.GetValue(_verbosity) ?? Verbosity.Normal,
    };

    /// <summary>Makes the writer for a command's results and chatter.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <returns>The writer.</returns>
    public Output Output(ParseResult parsed) => new(parsed.GetValue(_format) ?? OutputFormat.Text, parsed.GetValue(_verbosity) ?? Verbosity.Normal);

    private static T? Parse<T>(System.CommandLine.Parsing.ArgumentResult result, Func<string, T?> parse, string complaint)
    {
        var text = result.Tokens[0].Value;
        var value = parse(text);
        if (EqualityComparer<T>.Default.Equals(value, default))
            result.AddError($"'{text}' {complaint}");
        return value;
    }

    private static Option<T?> Choice<T>(string name, T byDefault, string description, params string[] aliases)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(value => value.ToLowerInvariant()).ToArray();
        return new(name, aliases)
        {
            HelpName = string.Join('|', names),
            Description = $"{description} [default: {byDefault.ToString().ToLowerInvariant()}]",
            CustomParser = result =>
            {
                var index = Array.IndexOf(names, result.Tokens[0].Value);
                if (index < 0)
                    result.AddError($"'{result.Tokens[0].Value}' is no value of {name}; give {string.Join(", ", names[..^1])} or {names[^1]}");
                return index < 0 ? null : Enum.GetValues<T>()[index];
            },
        };
    }
}
