using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OrleansAsync.Hosting;

/// <summary>The command line of the silo program.</summary>
internal static class SiloCommand
{
    /// <summary>Makes the command.</summary>
    /// <returns>The command; running it runs the silo until it is told to stop.</returns>
    public static Command Create()
    {
        // Option name → setting. Values stay text here: configuration converts and checks them wherever they come from.
        (Option<string> Option, string Setting)[] options =
        [
            (new("--silo-port") { HelpName = "PORT", Description = "Port for other silos [default: any free one]" }, nameof(SiloOptions.SiloPort)),
            (new("--gateway-port") { HelpName = "PORT", Description = "Port for clients [default: any free one]" }, nameof(SiloOptions.GatewayPort)),
            (new("--dashboard-port") { HelpName = "PORT", Description = "Port of dashboard and health [default: 8080 or the next free one]" }, nameof(SiloOptions.DashboardPort)),
            (new("--data") { HelpName = "DIR", Description = "Data folder that silos and clients share [default: .orleansasync]" }, nameof(SiloOptions.Data)),
            (new("--cluster") { HelpName = "local|@FILE", Description = $"Cluster to join; FILE or {ClusterTarget.Variable} holds a PostgreSQL connection string [default: local]" }, nameof(SiloOptions.Cluster)),
            (new("--address") { HelpName = "ADDRESS", Description = "Address or name at which other machines reach the silo [default: loopback]" }, nameof(SiloOptions.Address)),
            (new("--telemetry") { HelpName = "none|console|otlp", Description = "Where traces and metrics go [default: none]" }, nameof(SiloOptions.Telemetry)),
            (new("--verbosity") { HelpName = "quiet|normal|debug", Description = "How much is logged on stderr [default: normal]" }, nameof(SiloOptions.Verbosity)),
        ];
        Option<string[]> load = new("--load")
        {
            HelpName = "FILE.dll",
            Description = "Assembly with coroutines, bodies or grains of your own; may be repeated",
        };
        foreach (var (option, _) in options.Where(pair => pair.Option.HelpName == "PORT"))
            option.Validators.Add(CheckPort);
        foreach (var (option, _) in options.Where(pair => pair.Setting is nameof(SiloOptions.Telemetry) or nameof(SiloOptions.Verbosity)))
            option.Validators.Add(CheckChoice);
        var command = ConsoleProgram.CreateRoot("silo", "Runs one silo: a process of an OrleansAsync cluster.");
        foreach (var (option, _) in options)
            command.Add(option);
        command.Add(load);
        command.SetAction((parsed, cancellationToken) => SiloProcess.RunAsync(
            [.. from pair in options
                let value = parsed.GetValue(pair.Option)
                where value is not null
                select KeyValuePair.Create(pair.Setting, (string?)value),
                // Keys that no other source has, as the index of an array would be: these come beside what the settings load.
                .. (parsed.GetValue(load) ?? []).Select((file, index) => KeyValuePair.Create($"{nameof(SiloOptions.Load)}:option{index:D4}", (string?)file))],
            cancellationToken));
        return command;
    }

    private static void CheckPort(OptionResult result)
    {
        if (result.Tokens is [var token] && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65535))
            result.AddError($"'{token.Value}' is not a port for {result.Option.Name}; give a number from 1 to 65535");
    }

    private static void CheckChoice(OptionResult result)
    {
        var choices = result.Option.HelpName!.Split('|');
        if (result.Tokens is [var token] && !choices.Contains(token.Value))
            result.AddError($"'{token.Value}' is no value of {result.Option.Name}; give {string.Join(", ", choices[..^1])} or {choices[^1]}");
    }
}
