using System.Text;
using System.Text.Json;

namespace RegistryCache.Oci.Credentials;

/// <summary>The members of Docker's <c>config.json</c>, <c>DOCKER_AUTH_CONFIG</c> or Podman's <c>auth.json</c> that concern credentials.
/// Invalid parts are skipped and listed in <see cref="Problems"/>; the rest is used. Problems never quote values.</summary>
internal sealed class AuthFile
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private readonly List<string> _problems = [];

    public Dictionary<string, RegistryCredential> Auths { get; } = new(StringComparer.Ordinal);

    /// <summary>The helper names of single registries. An empty name means that the entries of the file are used.</summary>
    public Dictionary<string, string> CredHelpers { get; } = new(StringComparer.Ordinal);

    /// <summary>The name of the helper of all other registries, or empty.</summary>
    public string CredsStore { get; private set; } = "";

    public IReadOnlyList<string> Problems => _problems;

    public static AuthFile Broken(string problem)
    {
        var file = new AuthFile();
        file._problems.Add(problem);
        return file;
    }

    public static AuthFile Parse(ReadOnlySpan<byte> utf8)
    {
        var file = new AuthFile();
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        if (utf8.Trim(" \t\r\n\0"u8).IsEmpty)
            return file;
        try
        {
            using var document = JsonDocument.Parse(utf8.ToArray(), Lenient);
            file.Read(document.RootElement);
        }
        catch (JsonException e)
        {
            // The parser's message could quote the content.
            file._problems.Add($"it is not JSON (line {e.LineNumber + 1})");
        }

        return file;
    }

    private void Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _problems.Add("it is not a JSON object");
            return;
        }

        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "auths":
                    foreach (var entry in Members(member))
                        ReadEntry(entry.Name, entry.Value);
                    break;
                case "credHelpers":
                    foreach (var helper in Members(member))
                        CredHelpers[helper.Name] = Text(helper.Value, $"credHelpers '{ErrorText.Quote(helper.Name)}'") ?? "";
                    break;
                case "credsStore":
                    CredsStore = Text(member.Value, "credsStore") ?? "";
                    break;
            }
        }
    }

    private JsonElement.ObjectEnumerator Members(JsonProperty member)
    {
        if (member.Value.ValueKind == JsonValueKind.Object)
            return member.Value.EnumerateObject();
        if (member.Value.ValueKind != JsonValueKind.Null)
            _problems.Add($"{member.Name} is not an object");
        return default;
    }

    private void ReadEntry(string key, JsonElement entry)
    {
        var name = $"the entry '{ErrorText.Quote(key)}'";
        if (entry.ValueKind != JsonValueKind.Object)
        {
            if (entry.ValueKind != JsonValueKind.Null)
                _problems.Add($"{name} is not an object");
            return;
        }

        string? Member(string member) => entry.TryGetProperty(member, out var value) ? Text(value, $"{member} of {name}") : null;

        var (user, password) = Decode(Member("auth"), name) is { } decoded
            ? decoded : (User: Member("username"), Password: Member("password"));
        if (Member("registrytoken") is { Length: > 0 } registryToken)
            Auths[key] = RegistryCredential.FromRegistryToken(registryToken);
        else if (Member("identitytoken") is { Length: > 0 } identityToken)
            Auths[key] = RegistryCredential.FromIdentityToken(identityToken);
        else if (!string.IsNullOrEmpty(user))
            Auths[key] = RegistryCredential.FromPassword(user, password ?? "");
    }

    private (string? User, string? Password)? Decode(string? auth, string name)
    {
        if (string.IsNullOrEmpty(auth))
            return null;
        var bytes = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, bytes, out var length))
        {
            _problems.Add($"auth of {name} is not base64");
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0)
            return (text[..colon], text[(colon + 1)..].TrimEnd('\0'));
        _problems.Add($"auth of {name} is not user:password");
        return null;
    }

    private string? Text(JsonElement value, string name)
    {
        // A string with half a surrogate pair cannot be converted.
        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                return value.GetString();
            }
            catch (InvalidOperationException)
            {
                _problems.Add($"{name} is not valid Unicode");
                return null;
            }
        }

        if (value.ValueKind != JsonValueKind.Null)
            _problems.Add($"{name} is not a string");
        return null;
    }
}
