return await Mesh.Edge.Hosting.EdgeProcess.Run(args);
