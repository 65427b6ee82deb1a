using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace OrleansAsync.Analyzers;

/// <summary>Finds statements that drop what they made: a coroutine that nobody starts, a task or a verb that nobody awaits.</summary>
/// <remarks>
/// asyncio tells at run time that a coroutine was never awaited, and asks to keep a reference to each task. In C# the compiler can tell before.
/// An assignment to the discard <c>_</c> says that it is on purpose.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DroppedWorkAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor NeverStarted = Rule(
        "OA0001", "A coroutine is created and never started",
        "The coroutine {0} is created and never started: give it to CreateTask, GatherAsync or another verb of the loop");

    private static readonly DiagnosticDescriptor DroppedTask = Rule(
        "OA0002", "The handle of a task is dropped",
        "Nobody will see how this task ends: await it, keep its handle, start it in a task group, or assign it to _ if that is on purpose");

    private static readonly DiagnosticDescriptor NotAwaited = Rule(
        "OA0003", "A verb is not awaited",
        "{0} is not awaited, so nothing waits for it and its exception is lost: await it, return it, or assign it to _ if that is on purpose");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(NeverStarted, DroppedTask, NotAwaited);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (Types.Find(start.Compilation) is not { } types) return;
            // The body of a lambda that returns nothing, such as () => loop.CreateTask(…) given as an Action, is such a statement, too.
            start.RegisterOperationAction(operation => Look(operation, ((IExpressionStatementOperation)operation.Operation).Operation, types), OperationKind.ExpressionStatement);
        });
    }

    private static void Look(OperationAnalysisContext context, IOperation dropped, Types types)
    {
        var value = Unwrap(dropped);
        // What is assigned is kept, or dropped on purpose; what is awaited is not dropped, only its result.
        if (value is IAssignmentOperation or IAwaitOperation or IIncrementOrDecrementOperation || value.Type is not { } type) return;
        if (types.IsCoroutine(type))
        {
            context.ReportDiagnostic(Diagnostic.Create(NeverStarted, value.Syntax.GetLocation(), type.Name));
        }
        else if (value is IInvocationOperation call && !Types.CompilerTells(call, context.ContainingSymbol))
        {
            if (types.IsHandle(type)) context.ReportDiagnostic(Diagnostic.Create(DroppedTask, call.Syntax.GetLocation()));
            else if (types.IsTask(type) && types.IsVerb(call)) context.ReportDiagnostic(Diagnostic.Create(NotAwaited, call.Syntax.GetLocation(), call.TargetMethod.Name));
        }
    }

    private static IOperation Unwrap(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation conversion:
                    operation = conversion.Operand;
                    break;
                case IConditionalAccessOperation access:
                    operation = access.WhenNotNull;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

    private static DiagnosticDescriptor Rule(string id, string title, string message) =>
        new(id, title, message, "OrleansAsync", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    /// <summary>The types of OrleansAsync and of tasks that a compilation knows.</summary>
    private sealed class Types
    {
        private readonly INamedTypeSymbol _coroutine;
        private readonly INamedTypeSymbol? _task;
        private readonly INamedTypeSymbol? _taskOfT;
        private readonly INamedTypeSymbol? _valueTask;
        private readonly INamedTypeSymbol? _valueTaskOfT;
        private readonly INamedTypeSymbol? _loop;
        private readonly INamedTypeSymbol? _handle;

        private Types(Compilation compilation, INamedTypeSymbol coroutine)
        {
            _coroutine = coroutine;
            _loop = compilation.GetTypeByMetadataName("OrleansAsync.Execution.IClusterLoop");
            _handle = compilation.GetTypeByMetadataName("OrleansAsync.Execution.OwnedTask");
            _task = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task");
            _taskOfT = compilation.GetTypeByMetadataName("System.Threading.Tasks.Task`1");
            _valueTask = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask");
            _valueTaskOfT = compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask`1");
        }

        /// <summary>Null in a program that does not use OrleansAsync.</summary>
        public static Types? Find(Compilation compilation) =>
            compilation.GetTypeByMetadataName("OrleansAsync.Execution.Coroutine") is { } coroutine ? new Types(compilation, coroutine) : null;

        public bool IsCoroutine(ITypeSymbol type) => DerivesFrom(type, _coroutine);

        public bool IsHandle(ITypeSymbol type) => DerivesFrom(type, _handle);

        public bool IsTask(ITypeSymbol type) =>
            Same(type, _task) || Same(type, _valueTask) || Same(type.OriginalDefinition, _taskOfT) || Same(type.OriginalDefinition, _valueTaskOfT);

        /// <summary>Whether a call is one of OrleansAsync: a verb of a loop, or a method of one of its handles.</summary>
        public bool IsVerb(IInvocationOperation call) =>
            Same(call.TargetMethod.ContainingAssembly, _coroutine.ContainingAssembly)
            || (call.Instance?.Type is { } type && (Same(type, _loop) || IsHandle(type)));

        /// <summary>Whether CS4014 speaks: in async code the compiler tells of calls that are not awaited.</summary>
        public static bool CompilerTells(IInvocationOperation call, ISymbol containing)
        {
            for (var node = call.Syntax.Parent; node is not null; node = node.Parent)
            {
                switch (node)
                {
                    case AnonymousFunctionExpressionSyntax function:
                        return function.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                    case LocalFunctionStatementSyntax function:
                        return function.Modifiers.Any(SyntaxKind.AsyncKeyword);
                }
            }
            return containing is IMethodSymbol { IsAsync: true };
        }

        private static bool DerivesFrom(ITypeSymbol type, INamedTypeSymbol? ancestor)
        {
            for (var current = type; current is not null; current = current.BaseType)
            {
                if (Same(current, ancestor)) return true;
            }
            return false;
        }

        private static bool Same(ISymbol? one, ISymbol? other) => one is not null && SymbolEqualityComparer.Default.Equals(one, other);
    }
}
