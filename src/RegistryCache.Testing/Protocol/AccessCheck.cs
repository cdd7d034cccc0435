using RegistryCache.Testing.Access;

namespace RegistryCache.Testing.Protocol;

/// <summary>Whether a request may do what it asks for.</summary>
internal static class AccessCheck
{
    /// <summary>The scope that a request needs; the ping needs none.</summary>
    public static string ScopeOf(RecordedRequest request)
    {
        if (request.Repository.Length == 0)
            return "";
        var writes = request.Method is "POST" or "PUT" or "PATCH" || request.Kind == RequestKind.Upload;
        var deletes = request.Method == "DELETE" && !writes;
        return $"repository:{request.Repository}:{(deletes ? "delete" : writes ? "pull,push" : "pull")}";
    }

    /// <summary>The refusal, or <see langword="null"/>.</summary>
    public static RegistryAnswer? Refuse(RegistryState state, RegistryCall call)
    {
        var header = call.Record.Authorization ?? "";
        switch (state.Options.Authentication.Kind)
        {
            case RegistryAuthenticationKind.Basic:
                return state.Tokens.IsBasic(header) ? null : state.Challenge(call.Record, null);
            case RegistryAuthenticationKind.Bearer:
                if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
                    return state.Challenge(call.Record, null);
                return state.Tokens.Judge(header[7..], ScopeOf(call.Record)) switch
                {
                    TokenVerdict.Allowed => null,
                    TokenVerdict.LacksScope => state.Challenge(call.Record, "insufficient_scope"),
                    _ => state.Challenge(call.Record, "invalid_token"),
                };
            default:
                return null;
        }
    }

    /// <summary>Whether the client may read another repository, as a mount wants it.</summary>
    public static bool MayRead(RegistryState state, RegistryCall call, string repository) =>
        state.Options.Authentication.Kind != RegistryAuthenticationKind.Bearer
        || state.Tokens.Judge((call.Record.Authorization ?? "").Split(' ')[^1], $"repository:{repository}:pull") == TokenVerdict.Allowed;
}
