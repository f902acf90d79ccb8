print("specdecode")
