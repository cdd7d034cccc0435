using System.Text.Json;

namespace RegistryCache.Cli.Output;

/// <summary>A file of a result as JSON. Its bytes are written piece by piece, as Base64, because a file can be larger than
/// memory.</summary>
internal static class FileJson
{
    private const int PieceBytes = 3 << 14;

    public static async Task WriteAsync(
        IReadOnlyList<CacheLayer> layers, string path, Stream content, long size, Stream output, CancellationToken cancellationToken)
    {
        // The writer's own escaping leaves only ASCII, so that no name can control the terminal.
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        FileListJson.WriteLayers(json, layers);
        json.WriteString("path", "/" + path.TrimStart('/'));
        json.WriteNumber("size", size);
        json.WritePropertyName("content");
        var piece = new byte[PieceBytes];
        int read;
        do
        {
            read = await content.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
            json.WriteBase64StringSegment(piece.AsSpan(0, read), isFinalSegment: read < piece.Length);
            await json.FlushAsync(cancellationToken);
        }
        while (read == piece.Length);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        output.Write("\n"u8);
    }
}
