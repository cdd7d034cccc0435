using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>
/// The rows of a test, which may be fewer on an engine that is not the newest: there it is enough that each kind of cache occurs.
/// </summary>
/// <param name="source">A static method of the fixture that takes whether the engine is the newest, and returns the rows.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EngineRowsAttribute(string source) : NUnitAttribute, ITestBuilder, IImplyFixture
{
    public IEnumerable<TestMethod> BuildFrom(IMethodInfo method, Test? suite)
    {
        var rows = method.TypeInfo.GetMethods(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Single(m => m.Name == source).Invoke(null, [DockerEngines.IsNewest(suite)]);
        return ((IEnumerable<object>)rows!).Select(row => new NUnitTestCaseBuilder().BuildTestMethod(method, suite, new TestCaseParameters([row])));
    }
}
