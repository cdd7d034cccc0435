using System.Globalization;
using RegistryCache.Testing.Access;

namespace RegistryCache.Testing.Protocol;

/// <summary>The answer to a request, with what a fault does to it.</summary>
internal static class FaultyAnswer
{
    public static async Task<RegistryAnswer> GiveAsync(RegistryState state, RegistryCall call, RegistryFault? fault)
    {
        if (fault is { Delay.Ticks: > 0 })
            await Task.Delay(fault.Delay, state.Clock, call.Http.HttpContext.RequestAborted).ConfigureAwait(false);
        var answer = fault?.Instead?.Invoke(call.Record)
            ?? fault?.InsteadHere?.Invoke(state, call.Record)
            ?? await Router.AnswerAsync(state, call).ConfigureAwait(false);
        if (fault?.Change is { } change)
            answer = change(call.Record, answer);
        return Decorate(state, answer);
    }

    private static RegistryAnswer Decorate(RegistryState state, RegistryAnswer answer)
    {
        answer = answer.With("Docker-Distribution-API-Version", "registry/2.0");
        if (!answer.Headers.ContainsKey("Date"))
            answer = answer.With("Date", state.Clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
        if (state.Quirks.SetsCookies)
            answer = answer.With("Set-Cookie", "session=" + TestRegistrySecrets.Mark);
        return state.Quirks.Warning is { } warning ? answer.With("Warning", warning) : answer;
    }
}
