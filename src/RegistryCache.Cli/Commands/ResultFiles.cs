using RegistryCache.Cli.Options;
using RegistryCache.Cli.Output;

namespace RegistryCache.Cli.Commands;

/// <summary>Lists the files of a result.</summary>
internal static class ResultFiles
{
    public static async Task<ExitCode> ListAsync(
        CommandRun run, BuildCache caches, string source, ResultOptions result, string path, CancellationToken cancellationToken)
    {
        var import = await run.ImportAsync(caches, source, cancellationToken);
        if (!import.IsHit)
            return Outcomes.Report(import, run.Terminal);
        var layers = result.Choose(run, import.Graph);
        var all = await caches.ListFilesAsync(layers, Options(run), cancellationToken);
        run.Terminal.EndProgress();
        var wanted = string.Join('/', path.Split('/').Where(part => part is not ("" or ".")));
        List<LayerEntry> files =
            [.. all.Where(e => wanted.Length == 0 || e.Path == wanted || e.Path.StartsWith(wanted + "/", StringComparison.Ordinal))];
        if (files.Count == 0 && wanted.Length > 0)
        {
            throw new RegistryCacheException(
                RegistryCacheErrorCode.ContentNotFound,
                $"'/{ErrorText.Quote(wanted)}' does not exist in the result. List the files of / to see what exists.");
        }

        if (run.IsJson)
            FileListJson.Write(layers, files, run.Terminal.Output);
        else
            FileListText.Write(files, run.Terminal);
        return ExitCode.Done;
    }

    /// <summary>What a folder cache accepts, because a folder that was saved must be readable.</summary>
    public static LayerFileOptions Options(CommandRun run) => new() { Limits = RestoreLimits.ForFolders, Progress = run.Progress };
}
