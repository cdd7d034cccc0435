using Microsoft.Extensions.Time.Testing;

namespace RegistryCache.Oci.Tests.Http;

internal static class ClockExtensions
{
    /// <summary>Lets time pass in steps until a task is done; the caller sees how much passed from the clock.</summary>
    public static async Task<T> RunAsync<T>(this FakeTimeProvider clock, Task<T> task, TimeSpan step)
    {
        for (var i = 0; i < 5000 && !task.IsCompleted; i++)
        {
            // Continuations run on other threads: they get a moment before the next step.
            await Task.WhenAny(task, Task.Delay(2));
            if (!task.IsCompleted)
                clock.Advance(step);
        }

        return await task.WaitAsync(TimeSpan.FromMinutes(2));
    }
}
