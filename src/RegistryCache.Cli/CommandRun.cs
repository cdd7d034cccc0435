using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;
using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli;

/// <summary>One run of a command: what was given on the command line, and where the answers go.</summary>
internal sealed class CommandRun
{
    private readonly ParseResult _parsed;

    public CommandRun(ParseResult parsed, CommonOptions common, Terminal terminal)
    {
        _parsed = parsed;
        Common = common;
        Terminal = terminal.With(parsed.GetValue(common.Color)!.Value, parsed.GetValue(common.Quiet));
        Progress = Terminal.IsQuiet ? null : new ProgressLine(Terminal);
    }

    public Terminal Terminal { get; }

    public CommonOptions Common { get; }

    /// <summary>Whether the output is JSON.</summary>
    public bool IsJson => Get(Common.Format);

    /// <summary>Whether the details of errors are shown.</summary>
    public bool IsVerbose => Has(Common.Verbose) || Has(Common.Debug);

    /// <summary>The least important messages that are shown.</summary>
    public LogLevel LogLevel =>
        Has(Common.Debug) ? LogLevel.Debug : Has(Common.Verbose) ? LogLevel.Information : LogLevel.Warning;

    /// <summary>Shows how far the work is; <see langword="null"/> with <c>--quiet</c>.</summary>
    public IProgress<CacheProgress>? Progress { get; }

    /// <summary>A place that was probably meant to be a directory, although a text without <c>=</c> is a registry reference;
    /// <see langword="null"/> if there is none.</summary>
    public string? FindDirectory() => _parsed.CommandResult.Command.Arguments.Where(a => a.Name != "PATH")
        .SelectMany(a => Values(_parsed.GetResult(a)))
        .Concat(_parsed.CommandResult.Command.Options.Where(o => o.Name is "--from" or "--to" or "--compare")
            .SelectMany(o => Values(_parsed.GetResult(o))))
        .FirstOrDefault(v => v.Length > 0 && !v.Contains('=', StringComparison.Ordinal)
            && (v[0] is '/' or '.' or '~' || Directory.Exists(v)));

    /// <summary>Reads a cache, and shows how far that is.</summary>
    public Task<CacheImport> ImportAsync(BuildCache caches, string source, CancellationToken cancellationToken) =>
        ImportAsync(caches, caches.ParseSources(source), preferNewest: false, cancellationToken);

    /// <summary>Reads several caches, and shows how far that is.</summary>
    public async Task<CacheImport> ImportAsync(
        BuildCache caches, IEnumerable<CacheSource> sources, bool preferNewest, CancellationToken cancellationToken)
    {
        var options = new CacheImportOptions { PreferNewest = preferNewest, Progress = Progress };
        var import = await caches.CreateImporter(sources, options).ImportAsync(cancellationToken);
        Terminal.EndProgress();
        return import;
    }

    /// <summary>The value of an argument, which is not empty.</summary>
    public string Get(Argument<string> argument) =>
        _parsed.GetValue(argument) is { Length: > 0 } text ? text : throw new UsageException($"{argument.Name} is empty.");

    /// <summary>The value of an argument that can be left out.</summary>
    public string? Find(Argument<string> argument) => _parsed.GetResult(argument) is { Tokens.Count: > 0 } ? Get(argument) : null;

    /// <summary>The value of an option, or its default.</summary>
    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    /// <summary>What the word that was chosen stands for.</summary>
    public T Get<T>(ChoiceOption<T> option) => _parsed.GetValue(option)!.Value;

    /// <summary>The values of an option that can be repeated.</summary>
    public IReadOnlyList<string> All(ListOption option) => _parsed.GetValue(option) ?? [];

    private static IEnumerable<string> Values(SymbolResult? result) => result?.Tokens.Select(t => t.Value) ?? [];

    /// <summary>Whether a flag was given.</summary>
    public bool Has(Flag flag) => _parsed.GetValue(flag);
}
