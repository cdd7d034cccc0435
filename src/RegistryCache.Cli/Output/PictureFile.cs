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

        // A link keeps its place, and a device or a pipe cannot be replaced.
        var full = Path.GetFullPath(file);
        if (new FileInfo(full).LinkTarget is not null || full.StartsWith("/dev/", StringComparison.Ordinal))
        {
            await File.WriteAllBytesAsync(full, text, cancellationToken);
            return;
        }

        var unfinished = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllBytesAsync(unfinished, text, cancellationToken);
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
}
