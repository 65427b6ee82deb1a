using OrleansAsync.Commands;
using OrleansAsync.Hosting;

return await ConsoleProgram.RunAsync(RootCommandFactory.Create(), args);
