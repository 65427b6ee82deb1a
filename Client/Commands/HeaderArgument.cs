using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary>Values of <c>--header</c>: <c>Name: value</c>, or <c>@FILE</c> with one a line, so that no secret need stand on a command line.</summary>
internal static class HeaderArgument
{
    private const string Token = "!#$%&'*+-.^_`|~";

    /// <summary>Reads a value of the option.</summary>
    /// <param name="argument">The value.</param>
    /// <exception cref="ProgramException">It is no header, or the file cannot be read.</exception>
    public static IEnumerable<CrawlHeader> Read(string argument) =>
        argument is ['@', .. var file] ? Lines(file).Where(static line => !string.IsNullOrWhiteSpace(line)).Select(line => Parse(line, $"a line of '{file}'")) : [Parse(argument, $"'{argument}'")];

    private static CrawlHeader Parse(string text, string what)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? "" : text[..colon];
        var value = text[(colon + 1)..].Trim();
        // What stands in a file is not repeated: it may be a secret.
        return name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || Token.Contains(c, StringComparison.Ordinal)) && !value.Any(char.IsControl)
            ? new CrawlHeader(name, value)
            : throw ProgramException.Input($"{what} is no header; write it as 'Name: value'");
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw ProgramException.Input($"cannot read --header @{file}: {(exception is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : exception.Message.TrimEnd('.'))}", exception);
        }
    }
}
