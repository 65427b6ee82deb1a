namespace OrleansAsync.Crawling;

/// <summary>Why a text is no URL that can be fetched.</summary>
internal enum UrlError
{
    None,
    NoScheme,
    OtherScheme,
    NoHost,
    BadHost,
    BadAddress,
    BadPort,
}

/// <summary>The reasons in words.</summary>
internal static class UrlErrorExtensions
{
    /// <summary>One line with the remedy that can follow the text it is about.</summary>
    /// <param name="error">The reason.</param>
    public static string Describe(this UrlError error) => error switch
    {
        UrlError.NoScheme => "it has no scheme; write it in full, such as https://example.org/",
        UrlError.OtherScheme => "its scheme is neither http nor https; only these can be fetched",
        UrlError.NoHost => "it names no host; write it in full, such as https://example.org/",
        UrlError.BadHost => "its host name holds characters no host name may have; check the part between // and the next /",
        UrlError.BadAddress => "its host looks like an IP address but is none; IPv4 has four numbers up to 255, IPv6 stands in brackets",
        UrlError.BadPort => "its port is not a number from 0 to 65535; correct or drop what follows the colon",
        _ => "it is not a valid URL",
    };
}
