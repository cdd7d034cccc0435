using System.Text;

namespace RegistryCache.Cli;

/// <summary>Standard output and standard error as text: UTF-8 on every system, whatever the system's own encoding is.</summary>
internal static class StandardStreams
{
    public static StreamWriter Open(Stream stream)
    {
        // A console of Windows shows what is written in its code page, so that must be UTF-8 too.
        if (OperatingSystem.IsWindows() && Console.OutputEncoding.CodePage != Encoding.UTF8.CodePage)
            Console.OutputEncoding = Encoding.UTF8;
        return new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>Whether a terminal gets colours: https://no-color.org, and terminals that know no codes.</summary>
    public static bool ShowColors() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
}
