namespace RegistryCache.Fixtures.Servers.Faults;

/// <summary>What the registry is about to answer; a fault changes it on the way out.</summary>
public sealed class RegistryAnswer(int status)
{
    public int Status { get; set; } = status;

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The body; its length counts for HEAD too.</summary>
    public Stream? Body { get; set; }

    public long Length { get; set; }

    /// <summary>What Content-Length says in place of the truth.</summary>
    public long? DeclaredLength { get; set; }

    /// <summary>Whether Content-Length is left out.</summary>
    public bool HidesLength { get; set; }

    /// <summary>The connection is cut after so many bytes of the body; −1 means before the headers.</summary>
    public long? CutAfter { get; set; }

    /// <summary>Nothing follows after so many bytes of the body; −1 means not even the headers.</summary>
    public long? StallAfter { get; set; }

    /// <summary>The byte of the body that is flipped.</summary>
    public long? CorruptAt { get; set; }

    /// <summary>Whether the body comes in very small pieces.</summary>
    public bool Drips { get; set; }

    public static RegistryAnswer Of(int status, byte[] body, string contentType)
    {
        var answer = new RegistryAnswer(status) { Body = new MemoryStream(body, writable: false), Length = body.Length };
        answer.Headers["Content-Type"] = contentType;
        return answer;
    }

    public static RegistryAnswer Error(int status, string code, string message = "as the script says") =>
        Of(status, System.Text.Encoding.UTF8.GetBytes($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}"""), "application/json");

    public RegistryAnswer With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }
}
