namespace OrleansAsync.Tests;

/// <summary>Names the test of CPython's asyncio whose behaviour this test repeats.</summary>
/// <param name="test">Its file and name, such as <c>test_tasks.py::test_cancel</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class CPythonAttribute(string test) : Attribute
{
    public string Test => test;
}
