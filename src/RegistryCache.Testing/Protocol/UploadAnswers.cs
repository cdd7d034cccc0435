using System.Globalization;
using RegistryCache.Testing.Access;

namespace RegistryCache.Testing.Protocol;

/// <summary>How the registry tells where an upload stands.</summary>
internal static class UploadAnswers
{
    public static RegistryAnswer Describe(RegistryState state, UploadSession upload, int status)
    {
        var answer = new RegistryAnswer(status).With("Location", Location(state, upload)).With("Docker-Upload-UUID", upload.Id);
        if (state.Quirks.ChunkMinLength is { } minimum)
            answer = answer.With("OCI-Chunk-Min-Length", minimum.ToString(CultureInfo.InvariantCulture));
        var held = state.Quirks.RangeStaysAtFirstChunk ? upload.FirstChunk : upload.Content.Length;
        return state.Quirks.OmitsRange
            ? answer
            : answer.With("Range", string.Create(CultureInfo.InvariantCulture, $"0-{Math.Max(0, held - 1)}"));
    }

    /// <summary>Whether a target is the newest Location.</summary>
    public static bool IsNewest(UploadSession upload, string target) => target.Contains(StateOf(upload), StringComparison.Ordinal);

    public static RegistryAnswer Created(string repository, string digest) =>
        new RegistryAnswer(201).With("Location", $"/v2/{repository}/blobs/{digest}").With("Docker-Content-Digest", digest);

    private static string StateOf(UploadSession upload) => $"state-{TestRegistrySecrets.Mark}-{upload.Step}~";

    private static string Location(RegistryState state, UploadSession upload)
    {
        var path = $"/v2/{upload.Repository}/blobs/uploads/{upload.Id}";
        return state.Quirks.Location switch
        {
            LocationForm.Absolute => $"{state.Place.Url}{path}?_state={StateOf(upload)}%7e",
            LocationForm.WithoutScheme => $"//{state.Place.Host}{path}?_state={StateOf(upload)}",
            LocationForm.WithoutQuery => $"{path}/{StateOf(upload)}",
            _ => $"{path}?_state={StateOf(upload)}",
        };
    }
}
