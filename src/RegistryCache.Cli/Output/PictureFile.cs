using System.Text;

namespace RegistryCache.Cli.Output;

/// <summary>Writes a picture to a file, all or nothing, or to standard output. Its text is clean already.</summary>
internal static class PictureFile
{
    public static async Task WriteAsync(
        CachePicture picture, PictureKind kind, string? file, Stream standardOutput, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetBytes(kind switch
        {
            PictureKind.Svg => picture.ToSvg(),
            PictureKind.Dot => picture.ToDot(),
            PictureKind.Mermaid => picture.ToMermaid(),
            _ => picture.ToHtml(),
        });
        if (file is null)
        {
            await standardOutput.WriteAsync(text, cancellationToken);
            await standardOutput.FlushAsync(cancellationToken);
            return;
        }

        var full = Path.GetFullPath(file);
        var unfinished = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
        var isReplaced = new FileInfo(full).LinkTarget is null && !IsDevice(full);
        try
        {
            await File.WriteAllBytesAsync(isReplaced ? unfinished : full, text, cancellationToken);
            if (isReplaced)
                File.Move(unfinished, full, overwrite: true);
        }
        catch (Exception e) when (ErrorLine.IsOfFile(e))
        {
            var reason = Directory.Exists(full) ? "It is a directory." : Directory.Exists(Path.GetDirectoryName(full))
                ? ErrorText.Sentence(e.Message.Replace(unfinished, full, StringComparison.Ordinal)) : "Its folder does not exist.";
            throw new RegistryCacheException(
                RegistryCacheErrorCode.StorageFailure, $"'{ErrorText.QuoteReference(file)}' cannot be written. {reason}", e);
        }
        finally
        {
            if (File.Exists(unfinished))
                File.Delete(unfinished);
        }
    }

    // A link keeps its place, and a device cannot be replaced. The RAM disk has ordinary files.
    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);
}
