using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Builders;

namespace RegistryCache.Docker.Tests.Engine;

/// <summary>A test of the newest engine alone. What it proves of an engine is in another test, which runs on each.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NewestEngineTestAttribute : NUnitAttribute, ISimpleTestBuilder, IImplyFixture
{
    public TestMethod BuildFrom(IMethodInfo method, Test? suite) =>
        DockerEngines.IsNewest(suite) ? new NUnitTestCaseBuilder().BuildTestMethod(method, suite, parms: null) : null!;
}
